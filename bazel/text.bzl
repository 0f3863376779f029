"""Text files as constants of C++."""

def text_header(name, out, guard, texts):
    """Makes a header that has each file of `texts` in a constant of the name that follows it."""
    lines = ["echo '#ifndef %s'" % guard, "echo '#define %s'" % guard, "echo 'namespace cachestore {'"]
    for file, constant in texts.items():
        lines.append("printf 'inline constexpr char %s[] = R\"TEXT(' && cat $(location %s) && echo ')TEXT\";'" % (constant, file))
    lines += ["echo '}'", "echo '#endif'"]
    native.genrule(
        name = name,
        srcs = texts.keys(),
        outs = [out],
        cmd = "{ %s; } > $@" % " && ".join(lines),
        tags = ["header"],
    )
