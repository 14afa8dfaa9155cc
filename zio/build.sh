#!/usr/bin/env bash
# Builds zio/out/libzio.so: the C# core compiled ahead of time and the C layer, in one shared object.
# Needs the .NET SDK and gcc; without gcc it says so and leaves with 3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v gcc >/dev/null || { echo "zio/build.sh: libzio.so is not built: it needs gcc" >&2; exit 3; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
dotnet publish Preload -c Release -v quiet --nologo -warnaserror --disable-build-servers \
  -p:ZioNative=true -p:BaseIntermediateOutputPath=obj/native/ -p:UseSharedCompilation=false -o Preload/bin/native
mkdir -p out
# Whole or not at all: a program may start with it just now.
cp Preload/bin/native/libzio.so out/libzio.so.new
mv out/libzio.so.new out/libzio.so
echo "zio/out/libzio.so"
