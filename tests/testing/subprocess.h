// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_SUBPROCESS_H_
#define TESTS_TESTING_SUBPROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace cachestore {

// A program as a process of its own. What it writes to stdout and stderr is kept. Ended, by
// its process id, when this is destroyed.
class Subprocess {
 public:
  // Starts `arguments[0]`, a path below the test's runfiles such as "service/cache_server" or an
  // absolute one, with the rest as its arguments and `environment` ("NAME=value") added to an
  // otherwise empty environment. `input` is what it finds on stdin.
  explicit Subprocess(std::vector<std::string> arguments,
                      const std::vector<std::string>& environment = {},
                      const std::string& input = "");
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  // Blocks until a line of stderr contains `text`, and gives that line; empty if stderr ended
  // first.
  std::string AwaitLine(const std::string& text);

  // The same of stdout.
  std::string AwaitOutputLine(const std::string& text);

  void Signal(int signal) const;
  pid_t pid() const { return pid_; }

  // Blocks until the process has ended: its exit code, or minus the signal that ended it.
  int Wait();

  // What was written in all, once Wait has returned.
  const std::string& standard_output() const { return output_; }
  const std::string& standard_error() const { return error_; }

 private:
  pid_t pid_ = -1;
  int exit_code_ = 0;
  bool has_ended_ = false;
  int output_fd_ = -1;
  int error_fd_ = -1;
  std::string output_;
  std::string error_;
};

// Runs a program to its end.
struct Finished {
  int exit_code;
  std::string output;
  std::string error;
};
Finished RunToEnd(std::vector<std::string> arguments,
                  const std::vector<std::string>& environment = {}, const std::string& input = "");

}  // namespace cachestore

#endif  // TESTS_TESTING_SUBPROCESS_H_
