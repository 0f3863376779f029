"""The C++ rules of this project: the native ones, and what every target of ours wants."""

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
