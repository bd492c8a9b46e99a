#!/bin/sh
# Secrets as kubectl itself makes them, and a Deployment by the published schema of its kind.
. "$(dirname "$0")/setup.sh"
command -v kubectl >/dev/null || fail "kubectl is missing: Debian's package kubernetes-client"
make_ca kubernetes
# kubectl must find no cluster and no settings of the caller.
export HOME="$folder" KUBECONFIG=/dev/null
/usr/bin/python3 -B "$tests/kubernetes.py" "$tests/../vectors/kubernetes"
