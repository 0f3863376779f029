"""What an installed C++ library is made of."""

def _archive(ctx, name, libraries):
    """All objects of some libraries, in one archive of that name."""
    output = ctx.actions.declare_file(name)
    script = ["create " + output.path]
    script += ["addlib " + library.path for library in libraries]
    ctx.actions.run_shell(
        inputs = libraries,
        outputs = [output],
        command = "printf '%s\\n' \"$@\" | ar -M && ranlib -D " + output.path,
        arguments = script + ["save", "end"],
        mnemonic = "MergeArchives",
    )
    return output

def _client_library_impl(ctx):
    public = []
    private = []
    public_labels = [target.label for target in ctx.attr.public]
    infos = [target[CcInfo] for target in ctx.attr.public]
    linking = cc_common.merge_cc_infos(cc_infos = infos).linking_context
    for linked in linking.linker_inputs.to_list():
        libraries = [library.pic_static_library for library in linked.libraries]
        if linked.owner in public_labels:
            public += libraries
        else:
            private += libraries
    headers = [
        header
        for target in ctx.attr.public
        for header in target[CcInfo].compilation_context.direct_public_headers
    ]
    return [
        DefaultInfo(files = depset([
            _archive(ctx, "public.a", public),
            _archive(ctx, "private.a", private),
        ])),
        OutputGroupInfo(headers = depset(headers)),
    ]

client_library = rule(
    implementation = _client_library_impl,
    attrs = {
        "public": attr.label_list(
            providers = [CcInfo],
            doc = "the libraries whose headers are installed, and whose symbols are for callers",
        ),
    },
    doc = """Position-independent archives of some libraries (public.a) and of all that they stand
on (private.a). The output group `headers` has what the former declare.""",
)
