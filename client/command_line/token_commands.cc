// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/token_commands.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/json.h"
#include "client/command_line/output.h"
#include "credentials/token.h"
#include "credentials/token_hash.h"

namespace cachestore {

ExitCode NewToken(const NewTokenArguments& arguments) {
  const absl::StatusOr<Token> token = CreateToken(arguments.name);
  if (!token.ok()) return Fail("token", token.status());
  const absl::StatusOr<TokenHash> hash = TokenHash::Of(token->secret);
  if (!hash.ok()) return Fail("token", hash.status());
  const std::string& namespace_name = arguments.namespace_name.value_or(arguments.name);
  const std::string auth_line = absl::StrCat(arguments.name, " ", RoleName(arguments.role), " ",
                                             namespace_name, " token:", hash->Text());
  JsonObject object;
  object.Text("token", FormatToken(*token)).Text("auth_line", auth_line);
  const ExitCode printed =
      PrintLine("token", arguments.in_json ? object.ToString()
                                           : absl::StrCat(FormatToken(*token), "\n", auth_line));
  if (arguments.in_json || printed != ExitCode::kOk) return printed;
  PrintError(
      "token: the first line is the token, for the caller alone and never shown again; the second "
      "is for the server's auth file");
  return ExitCode::kOk;
}

}  // namespace cachestore
