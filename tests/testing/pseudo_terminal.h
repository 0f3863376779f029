// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_PSEUDO_TERMINAL_H_
#define TESTS_TESTING_PSEUDO_TERMINAL_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace cachestore {

// A program on a terminal of its own, as people run it. Ended, by its process id, when this is
// destroyed.
class PseudoTerminal {
 public:
  // `arguments` and `environment` as in Subprocess.
  PseudoTerminal(std::vector<std::string> arguments, const std::vector<std::string>& environment,
                 int rows, int columns);
  ~PseudoTerminal();
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  // Blocks until the program has written `text`, behind what was awaited before; false if it ended
  // first.
  bool Await(const std::string& text);

  // What somebody types: "\x03" is Ctrl-C.
  void Type(const std::string& keys) const;

  // Blocks until the program has ended: its exit code, or minus the signal that ended it.
  int Wait();

  // All that was written so far.
  const std::string& screen() const { return screen_; }

 private:
  bool ReadSome();

  int fd_ = -1;
  pid_t pid_ = -1;
  bool has_ended_ = false;
  int exit_code_ = 0;
  std::string screen_;
  size_t awaited_ = 0;
};

}  // namespace cachestore

#endif  // TESTS_TESTING_PSEUDO_TERMINAL_H_
