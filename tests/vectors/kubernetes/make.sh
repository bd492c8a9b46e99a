#!/bin/sh
# What Kubernetes 1.32 publishes of its kinds Deployment (apps/v1) and Secret (v1), as strict JSON schemas: unknown keys
# are refused. Source: Kubernetes' OpenAPI document (Apache License 2.0), converted by github.com/yannh/kubernetes-json-schema,
# folder v1.32.2-standalone-strict, files deployment-apps-v1.json and secret-v1.json; that is, files with SHA-256
#   811b324831a5abe945b2863a5c0fb18318bab123188ed10b3b0fbdf73c94d6df  deployment-apps-v1.json
#   2e1cb76e559c9008fbb221daefbac47034bb9d73d909502a057f4ea8c40bfd2d  secret-v1.json
# Here they are without their prose, which is nine tenths of them.
#   sh make.sh FOLDER        with those two files; needs jq
set -eu
cd "$(dirname "$0")"
for kind in deployment:deployment-apps-v1 secret:secret-v1; do
    jq -c 'walk(if type == "object" then with_entries(select((
        (.key == "description" and (.value | type) == "string") or (.key | startswith("x-kubernetes"))) | not))
        else . end)' "$1/${kind#*:}.json" >"${kind%:*}.json"
done
