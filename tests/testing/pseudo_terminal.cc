// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/pseudo_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gtest/gtest.h"
#include "tests/testing/program.h"

namespace cachestore {

PseudoTerminal::PseudoTerminal(std::vector<std::string> arguments,
                               const std::vector<std::string>& environment, int rows, int columns) {
  arguments[0] = ProgramPath(arguments[0]);
  // Made before the fork: a process with threads allocates nothing after it.
  const std::vector<char*> argv = PointersTo(arguments);
  const std::vector<char*> envp = PointersTo(environment);
  winsize size = {};
  size.ws_row = static_cast<unsigned short>(rows);     // NOLINT(google-runtime-int): POSIX's type.
  size.ws_col = static_cast<unsigned short>(columns);  // NOLINT(google-runtime-int)
  pid_ = forkpty(&fd_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  EXPECT_GT(pid_, 0);
  fcntl(fd_, F_SETFD, FD_CLOEXEC);
}

PseudoTerminal::~PseudoTerminal() {
  if (!has_ended_) {
    kill(pid_, SIGKILL);
    Wait();
  }
  close(fd_);
}

bool PseudoTerminal::ReadSome() {
  char buffer[4096];
  const ssize_t size = read(fd_, buffer, sizeof(buffer));  // EIO once nobody has it open.
  if (size <= 0) return false;
  screen_.append(buffer, static_cast<size_t>(size));
  return true;
}

bool PseudoTerminal::Await(const std::string& text) {
  while (true) {
    const size_t found = screen_.find(text, awaited_);
    if (found != std::string::npos) {
      awaited_ = found + text.size();
      return true;
    }
    if (!ReadSome()) return false;
  }
}

void PseudoTerminal::Type(const std::string& keys) const {
  EXPECT_EQ(write(fd_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

int PseudoTerminal::Wait() {
  if (has_ended_) return exit_code_;
  while (ReadSome()) {
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  has_ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_code_;
}

}  // namespace cachestore
