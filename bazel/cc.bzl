"""The C++ rules of this project: the native ones, and what every target of ours wants."""

# The allocator of our programs: faster and denser than glibc's for a cache's many small blocks. A
# sanitizer brings its own. For the deps of binaries.
ALLOCATOR = select({
    "//bazel:sanitizer": [],
    "//conditions:default": ["@jemalloc"],
})

def cache_cc_library(name, **kwargs):
    """A library; its dependencies are what its own files include."""
    native.cc_library(name = name, linkstatic = True, **kwargs)

def cache_cc_binary(name, **kwargs):
    native.cc_binary(name = name, **kwargs)

def cache_cc_test(name, deps = [], size = "small", **kwargs):
    """A GoogleTest; main comes with the library."""
    native.cc_test(
        name = name,
        size = size,
        deps = deps + ["@gtest"],
        **kwargs
    )
