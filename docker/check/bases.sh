# Stand-ins for the images that docker/ builds on, under the same names, made from what is installed here: the .NET SDK, the packages
# that were restored already, Debian's redis-server. So the Dockerfiles are tried without any registry. Sourced; wants $work.

readonly SHELL_TOOLS=(sh bash awk cat chmod chown cp env grep ln ls mkdir mktemp mv rm sed sleep sort tar tee tr uname)

make_bases() {
  local dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  make_root "$work/bare" || return 1
  add_files "$work/bare" $(libraries_of_dotnet "$dotnet") || return 1
  cp -a "$work/bare" "$work/shell" && add_files "$work/shell" $(programs "${SHELL_TOOLS[@]}") || return 1
  make_root "$work/redis" && add_files "$work/redis" $(programs "${SHELL_TOOLS[@]}" redis-server redis-cli) || return 1

  tar -cf "$work/runtime.tar" --transform 's,^\./,usr/share/dotnet/,' -C "$dotnet" \
    ./dotnet ./host "./shared/Microsoft.NETCore.App/$(runtime_version)" || return 1
  cp "$work/runtime.tar" "$work/runtime-bare.tar"
  tar -rf "$work/runtime-bare.tar" -C "$work/bare" $(ls "$work/bare") && tar -rf "$work/runtime.tar" -C "$work/shell" $(ls "$work/shell") || return 1
  # F# and the templates are a third of the SDK, and nobody asks for them here.
  tar -cf "$work/sdk.tar" --transform 's,^\./,usr/share/dotnet/,' --exclude='./sdk/*/FSharp' --exclude=./templates \
    --exclude=./shared/Microsoft.AspNetCore.App -C "$dotnet" $(cd "$dotnet" && ls -d ./*) || return 1
  tar -rf "$work/sdk.tar" --transform 's,^\./,root/.nuget/packages/,' -C "$(packages_folder)" $(packages) || return 1
  tar -rf "$work/sdk.tar" -C "$work/shell" $(ls "$work/shell") || return 1

  import "$work/sdk.tar" mcr.microsoft.com/dotnet/sdk:10.0 --change 'ENV NuGetAudit=false' &&
    import "$work/runtime-bare.tar" mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled &&
    import "$work/runtime.tar" mcr.microsoft.com/dotnet/runtime:10.0-noble &&
    tar -c -C "$work/redis" . | docker import --change 'CMD ["redis-server"]' --change 'WORKDIR /data' - redis:7.0 >/dev/null &&
    rm -rf "$work"/*.tar "$work/bare" "$work/shell" "$work/redis"
}

import() { # archive, name, options
  local archive=$1 name=$2
  shift 2
  docker import --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1' "$@" \
    "$archive" "$name" >/dev/null
}

make_root() { # folder: a root file system without programs
  local name
  mkdir -p "$1/etc" "$1/root" "$1/usr/share/dotnet" && mkdir -m 1777 "$1/tmp" || return 1
  for name in bin sbin lib lib64; do
    mkdir -p "$1/usr/$name" && ln -s "usr/$name" "$1/$name" || return 1
  done
  ln -s /usr/share/dotnet/dotnet "$1/usr/bin/dotnet"
  printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654::/home/app:/bin/false\n' >"$1/etc/passwd"
  printf 'root:x:0:\napp:x:1654:\n' >"$1/etc/group"
}

add_files() { # folder, files: each with the libraries it needs
  local root=$1 file
  shift
  for file in "$@" $(ldd "$@" 2>/dev/null | grep -o '/[^ ]*\.so[^ :]*' | sort -u); do
    [ -e "$root$file" ] && continue
    mkdir -p "$root$(dirname "$file")" && cp -L "$file" "$root$file" || return 1
  done
}

programs() { # names
  local name
  for name in "$@"; do type -P "$name"; done
}

# What the runtime links to, and OpenSSL, which it loads when something is hashed.
libraries_of_dotnet() {
  ldd "$1/dotnet" "$1/shared/Microsoft.NETCore.App/$(runtime_version)"/*.so 2>/dev/null |
    sed -n 's/^\t\(.* => \)\?\(\/lib[^ ]*\|\/usr\/lib[^ ]*\) (.*/\2/p' | grep -v "^$1/" | sort -u
  { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | sed -n 's/.*lib\(ssl\|crypto\)\.so\.3.*x86-64.* => //p'
}

runtime_version() { dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) .*/\1/p' | tail -1; }

packages_folder() { dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//'; }

# The folders of all packages that the lock files of what is built in the images name.
packages() {
  cat {linux,resp,persistence,zio,server,cli,figures,ycsb}/packages.lock.json 2>/dev/null | awk -F'"' '
    $4 == "" && $2 != "" { name = tolower($2) }
    $2 == "resolved" { print "./" name "/" tolower($4) }' | sort -u
}
