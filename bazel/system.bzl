"""The libraries of the operating system, each as one external repository.

The product builds offline against the distribution's packages (`./dev deps` installs them).
pkg-config knows how each release splits its libraries, so no list of .so names stands here.
"""

def _from_archive(flag, archives):
    """-lNAME as the archive of that name, if NAME begins with one of `archives`."""
    for prefix in archives:
        if flag.startswith("-l" + prefix):
            return "-l:lib%s.a" % flag[len("-l"):]
    return flag

def _defines(repository_ctx, packages):
    """What whoever includes the headers of `packages` has to define."""
    result = repository_ctx.execute(["pkg-config", "--cflags-only-other"] + packages)
    return [flag[len("-D"):] for flag in result.stdout.strip().split(" ") if flag.startswith("-D")]

def _pkg_config_impl(repository_ctx):
    packages = repository_ctx.attr.packages
    archives = repository_ctx.attr.archives
    flags = []
    if packages:
        result = repository_ctx.execute(
            ["pkg-config", "--libs"] + (["--static"] if archives else []) + packages,
        )
        if result.return_code != 0:
            fail("%s is not installed (run ./dev deps):\n%s" %
                 (repository_ctx.name, result.stderr))
        flags = result.stdout.strip().split(" ")
    defines = _defines(repository_ctx, packages) if packages else []
    linkopts = [_from_archive(flag, archives) for flag in flags if flag]
    if archives:
        linkopts = ["-Wl,--start-group"] + linkopts + ["-Wl,--end-group"]
    repository_ctx.file("BUILD", """
cc_library(
    name = "{name}",
    defines = {defines},
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
""".format(name = repository_ctx.name, defines = defines, linkopts = linkopts + repository_ctx.attr.linkopts))

_pkg_config = repository_rule(
    implementation = _pkg_config_impl,
    attrs = {
        "packages": attr.string_list(doc = "pkg-config names; none: it does not know the library"),
        "archives": attr.string_list(doc = "how the names begin of libraries to link statically"),
        "linkopts": attr.string_list(doc = "what pkg-config does not know"),
    },
    doc = "A library of the system, linked with the flags that pkg-config gives.",
    local = True,
)

def _rules_cc_impl(repository_ctx):
    # Debian's bazel-rules-cc asks for a newer Bazel than Debian ships; these are its native rules.
    repository_ctx.file("cc/BUILD", "")
    repository_ctx.file("BUILD", "")
    repository_ctx.file("cc/defs.bzl", """
cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
objc_library = native.objc_library
""")

_rules_cc = repository_rule(implementation = _rules_cc_impl, local = True)

def _empty_target_impl(repository_ctx):
    repository_ctx.file("BUILD", """
filegroup(name = "{}", visibility = ["//visibility:public"])
""".format(repository_ctx.attr.target))

_empty_target = repository_rule(
    implementation = _empty_target_impl,
    attrs = {"target": attr.string(mandatory = True)},
    local = True,
)

# gRPC and what it stands on, linked into our programs: a call crosses these libraries so often that
# what the dynamic linker puts between them costs a part of it (docs/decisions/linking.md). TLS,
# compression and name resolution stay shared, for the distribution to mend.
_ARCHIVES = ["absl_", "address_sorting", "gpr", "grpc", "protobuf", "re2", "upb"]

def system_libraries():
    """Declares every library and rule set that the build takes from the system."""
    _pkg_config(
        name = "abseil",
        packages = [
            "absl_" + part
            for part in [
                "any_invocable",
                "btree",
                "cleanup",
                "cord",
                "flat_hash_map",
                "hash",
                "inlined_vector",
                "random_random",
                "status",
                "statusor",
                "str_format",
                "strings",
                "synchronization",
                "time",
            ]
        ],
        archives = _ARCHIVES,
    )
    # Of re2, which gRPC needs, its own file alone knows what that needs.
    _pkg_config(name = "grpc", packages = ["grpc++", "re2"], archives = _ARCHIVES)
    _pkg_config(name = "protobuf", packages = ["protobuf"], archives = _ARCHIVES)
    _pkg_config(name = "gtest", packages = ["gmock_main"])
    _pkg_config(name = "benchmark", packages = ["benchmark"])
    _pkg_config(name = "jemalloc", packages = ["jemalloc"])
    _pkg_config(name = "cli11", packages = ["CLI11"])
    _pkg_config(name = "hiredis", packages = ["hiredis"])
    _pkg_config(name = "libevent", packages = ["libevent_core"])
    _pkg_config(name = "nghttp2", packages = ["libnghttp2"])
    _pkg_config(name = "openssl", packages = ["openssl"])
    _pkg_config(name = "spdlog", packages = ["spdlog"])
    _pkg_config(name = "systemd", packages = ["libsystemd"])
    _pkg_config(name = "prometheus", packages = ["prometheus-cpp-core"])
    _pkg_config(name = "civetweb", linkopts = ["-lcivetweb"])

    _rules_cc(name = "rules_cc")
    _empty_target(name = "remote_coverage_tools", target = "coverage_report_generator")
    native.local_repository(name = "bazel_skylib", path = "/usr/share/bazel/tools/skylib")
    native.local_repository(name = "rules_java", path = "/usr/share/bazel/rules/java")
    native.local_repository(name = "rules_proto", path = "/usr/share/bazel/rules/proto")
