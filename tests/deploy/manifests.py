# SPDX-License-Identifier: Apache-2.0
"""Looks at deploy/kubernetes: prints a line for each case, "ok" or "FAILED" before its name.

Usage: manifests.py --server=PATH, or --arguments NAME: those of the server in NAME.yaml, a line each.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore
import yaml  # type: ignore

FOLDER = Path("deploy/kubernetes")
# The oldest that has all that is used, and the newest that there are schemas of.
VERSIONS = ("1.29", kubernetes_validate.latest_version())
UNITS = {
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
}
CACHE = "cachestore.v1.CacheStore"

Object = dict[str, Any]


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which a key stands once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Object:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError(f"a key stands twice, at {node.start_mark}")
        found: Object = super().construct_mapping(node, deep)
        return found


def documents(path: Path) -> list[Object]:
    return list(yaml.load_all(path.read_text(), Loader))


def manifests() -> dict[str, Object]:
    """Every object, by its file and kind."""
    return {
        f"{path.name} {document['kind']}": document
        for path in sorted(FOLDER.glob("*.yaml"))
        for document in documents(path)
    }


def pod_of(workload: Object) -> Object:
    pod: Object = workload["spec"]["template"]["spec"]
    return pod


def server_of(workload: Object) -> Object:
    """The container that is the server."""
    pod = pod_of(workload)
    containers: list[Object] = pod["containers"] + pod.get("initContainers", [])
    return next(container for container in containers if container["name"] == "cache-server")


def flags_of(server: Object) -> dict[str, str]:
    pairs = [argument.removeprefix("--").partition("=") for argument in server["args"]]
    return {flag: value for flag, _, value in pairs}


def quantity(text: str) -> int:
    """Bytes, as Kubernetes or the server writes them."""
    match = re.fullmatch(r"(\d+)([KMG]i?B?)?", text)
    assert match is not None, text
    return int(match[1]) * UNITS.get(match[2] or "", 1)


def seconds(text: str) -> int:
    assert text.endswith("s"), text
    return int(text.removesuffix("s"))


# ---- Cases: each yields what is wrong ----------------------------------------------------------


def follows_the_schema(_: str) -> Iterator[str]:
    for name, manifest in manifests().items():
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(manifest, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{name}, by {version}: {error.message}"


def names_flags_that_there_are(server: str) -> Iterator[str]:
    text = subprocess.run([server, "--help"], check=True, capture_output=True, text=True).stdout
    flags = set(re.findall(r"^  --([a-z_]+)", text, re.MULTILINE))
    variables = set(re.findall(r"Environment: (\w+)", text))
    for workload in workloads():
        yield from sorted(set(flags_of(server_of(workload))) - flags)
    yield from sorted(set(manifests()["deployment.yaml ConfigMap"]["data"]) - variables)


def workloads() -> list[Object]:
    return [manifest for manifest in manifests().values() if manifest["kind"] == "Deployment"]


def probes_ask_what_health_answers(_: str) -> Iterator[str]:
    for workload in workloads():
        server = server_of(workload)
        port = int(flags_of(server)["health_listen"].rpartition(":")[2])
        probes = {name: server[name]["grpc"] for name in server if name.endswith("Probe")}
        if sorted(probes) != ["livenessProbe", "readinessProbe", "startupProbe"]:
            yield f"there are {sorted(probes)}"
        yield from (f"{name}: {probe}" for name, probe in probes.items() if probe["port"] != port)
        if probes["livenessProbe"].get("service", "") != "":
            yield "liveness is more than the server's own"
        if probes["readinessProbe"].get("service") != CACHE:
            yield "readiness is not that of the cache"


def ports_are_those_listened_on(_: str) -> Iterator[str]:
    for workload in workloads():
        server = server_of(workload)
        listens = [v for k, v in flags_of(server).items() if k.endswith("listen")]
        wanted = {int(a.rpartition(":")[2]) for a in listens if not a.startswith("unix:")}
        found = {port["containerPort"] for port in server["ports"]}
        if wanted != found:
            yield f"listens on {sorted(wanted)}, and says {sorted(found)}"


def others_name_ports_and_labels_of_it(_: str) -> Iterator[str]:
    everything = manifests()
    deployment = everything["deployment.yaml Deployment"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    names = {port["name"] for port in server_of(deployment)["ports"]}
    service = everything["service.yaml Service"]["spec"]
    policy = everything["network_policy.yaml NetworkPolicy"]["spec"]
    budget = everything["disruption_budget.yaml PodDisruptionBudget"]["spec"]
    for selector in (service["selector"], policy["podSelector"], budget["selector"]):
        if selector.get("matchLabels", selector) != labels:
            yield f"{selector} is not {labels}"
    used = [port["targetPort"] for port in service["ports"]]
    used += [port["port"] for rule in policy["ingress"] for port in rule["ports"]]
    yield from (f"no port is named {name}" for name in used if name not in names)
    for workload in workloads():
        template = workload["spec"]["template"]["metadata"]["labels"]
        if workload["spec"]["selector"]["matchLabels"] != template:
            yield f"{workload['metadata']['name']} does not select its own pods"
    referred = server_of(deployment)["envFrom"][0]["configMapRef"]["name"]
    if referred != everything["deployment.yaml ConfigMap"]["metadata"]["name"]:
        yield f"there is no ConfigMap {referred}"


def files_are_mounted(_: str) -> Iterator[str]:
    for workload in workloads():
        pod, server = pod_of(workload), server_of(workload)
        volumes = {volume["name"] for volume in pod["volumes"]}
        mounts = [mount for each in pod["containers"] for mount in each["volumeMounts"]]
        yield from (f"no volume {m['name']}" for m in mounts if m["name"] not in volumes)
        folders = {mount["mountPath"] for mount in server["volumeMounts"]}
        for value in flags_of(server).values():
            path = value.removeprefix("unix:")
            if path.startswith("/") and str(Path(path).parent) not in folders:
                yield f"{path} is in none of {sorted(folders)}"


def both_name_one_socket(_: str) -> Iterator[str]:
    workload = manifests()["sidecar.yaml Deployment"]
    application = pod_of(workload)["containers"][0]
    url = next(v["value"] for v in application["env"] if v["name"] == "APP_CACHE_STORAGE_URL")
    listen = flags_of(server_of(workload))["listen"]
    if url != listen:
        yield f"{url} is not {listen}"


def a_drain_has_time(_: str) -> Iterator[str]:
    for workload in workloads():
        flags = flags_of(server_of(workload))
        drain = seconds(flags["drain_timeout"]) + seconds(flags.get("drain_delay", "0s"))
        grace = pod_of(workload)["terminationGracePeriodSeconds"]
        if grace < drain + 10:
            yield f"{grace} s for a drain of {drain} s"


def memory_follows_from_max_bytes(_: str) -> Iterator[str]:
    settings = manifests()["deployment.yaml ConfigMap"]["data"]
    for workload in workloads():
        server = server_of(workload)
        max_bytes = flags_of(server).get("max_bytes", settings["APP_CACHE_MAX_BYTES"])
        wanted = quantity(max_bytes) * 5 // 4 + 256 * 2**20
        for bound in ("requests", "limits"):
            memory = server["resources"][bound]["memory"]
            if quantity(memory) != wanted:
                yield f"{bound} {memory}, where {max_bytes} wants {wanted // 2**20}Mi"


def containers_may_do_little(_: str) -> Iterator[str]:
    wanted = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for workload in workloads():
        pod = pod_of(workload)
        if not pod["securityContext"]["runAsNonRoot"]:
            yield "runs as root"
        if pod["securityContext"]["seccompProfile"] != {"type": "RuntimeDefault"}:
            yield "no seccomp profile"
        for container in pod["containers"] + pod.get("initContainers", []):
            if container["securityContext"] != wanted:
                yield f"{container['name']}: {container['securityContext']}"


def images_are_of_this_version(server: str) -> Iterator[str]:
    text = subprocess.run([server, "--version"], check=True, capture_output=True, text=True).stdout
    version = text.split()[-1]
    for workload in workloads():
        if (image := server_of(workload)["image"]) != f"cachestore:{version}":
            yield f"{image} is not {version}"


CASES: list[Callable[[str], Iterator[str]]] = [
    follows_the_schema,
    names_flags_that_there_are,
    probes_ask_what_health_answers,
    ports_are_those_listened_on,
    others_name_ports_and_labels_of_it,
    files_are_mounted,
    both_name_one_socket,
    a_drain_has_time,
    memory_follows_from_max_bytes,
    containers_may_do_little,
    images_are_of_this_version,
]


def main() -> None:
    if sys.argv[1] == "--arguments":
        workload = manifests()[f"{sys.argv[2]}.yaml Deployment"]
        print("\n".join(server_of(workload)["args"]))
        return
    server = sys.argv[1].removeprefix("--server=")
    for case in CASES:
        faults = list(case(server))
        name = "manifests: " + case.__name__.replace("_", " ")
        print("\n".join([f"FAILED  {name}", *faults]) if faults else f"ok      {name}")


if __name__ == "__main__":
    main()
