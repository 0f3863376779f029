// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/testing/program.h"

namespace cachestore {
namespace {

// A file without a name that holds `contents`, to be read from its start.
int TemporaryFile(const std::string& contents) {
  const int fd = memfd_create("stdin", MFD_CLOEXEC);
  EXPECT_EQ(write(fd, contents.data(), contents.size()), static_cast<ssize_t>(contents.size()));
  lseek(fd, 0, SEEK_SET);
  return fd;
}

// Appends what is there to read; false at the end.
bool ReadSome(int fd, std::string& text) {
  char buffer[65536];
  const ssize_t size = read(fd, buffer, sizeof(buffer));
  if (size <= 0) return false;
  text.append(buffer, static_cast<size_t>(size));
  return true;
}

// Reads both to their ends, so that neither can fill up while the other is waited for.
void ReadToEnds(std::pair<int, std::string*> first, std::pair<int, std::string*> second) {
  pollfd fds[] = {{first.first, POLLIN, 0}, {second.first, POLLIN, 0}};
  std::string* const texts[] = {first.second, second.second};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    poll(fds, 2, -1);
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd >= 0 && fds[i].revents != 0 && !ReadSome(fds[i].fd, *texts[i])) fds[i].fd = -1;
    }
  }
}

// Blocks until a line of what comes from `fd`, behind what `read` holds already, contains `text`.
std::string AwaitLineOf(int fd, std::string& read, const std::string& text) {
  while (true) {
    const size_t found = read.find(text);
    const size_t end = found == std::string::npos ? found : read.find('\n', found);
    if (end != std::string::npos) {
      const size_t before = read.rfind('\n', found);
      const size_t start = before == std::string::npos ? 0 : before + 1;
      return read.substr(start, end - start);
    }
    if (!ReadSome(fd, read)) return "";
  }
}

}  // namespace

Subprocess::Subprocess(std::vector<std::string> arguments,
                       const std::vector<std::string>& environment, const std::string& input) {
  arguments[0] = ProgramPath(arguments[0]);
  int output[2];
  int error[2];
  EXPECT_EQ(pipe2(output, O_CLOEXEC), 0);
  EXPECT_EQ(pipe2(error, O_CLOEXEC), 0);
  const int input_fd = TemporaryFile(input);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input_fd, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error[1], STDERR_FILENO);
  const std::vector<char*> argv = PointersTo(arguments);
  const std::vector<char*> envp = PointersTo(environment);
  EXPECT_EQ(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), envp.data()), 0)
      << arguments[0];
  posix_spawn_file_actions_destroy(&actions);
  close(input_fd);
  close(output[1]);
  close(error[1]);
  output_fd_ = output[0];
  error_fd_ = error[0];
}

Subprocess::~Subprocess() {
  if (!has_ended_) {
    Signal(SIGKILL);
    Wait();
  }
  close(output_fd_);
  close(error_fd_);
}

std::string Subprocess::AwaitLine(const std::string& text) {
  return AwaitLineOf(error_fd_, error_, text);
}

std::string Subprocess::AwaitOutputLine(const std::string& text) {
  return AwaitLineOf(output_fd_, output_, text);
}

void Subprocess::Signal(int signal) const { kill(pid_, signal); }

int Subprocess::Wait() {
  if (has_ended_) return exit_code_;
  ReadToEnds({output_fd_, &output_}, {error_fd_, &error_});
  int status = 0;
  waitpid(pid_, &status, 0);
  has_ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_code_;
}

Finished RunToEnd(std::vector<std::string> arguments, const std::vector<std::string>& environment,
                  const std::string& input) {
  Subprocess process(std::move(arguments), environment, input);
  const int exit_code = process.Wait();
  return {exit_code, process.standard_output(), process.standard_error()};
}

}  // namespace cachestore
