#!/bin/sh
# Runs a sample of Duplex: ./ws --help
#
# Finds a JDK of version 21 or newer, builds what is stale, and becomes the program: process id, signals and exit code
# are the program's. JAVA_OPTS reaches its JVM.
set -eu

# Descriptors that the caller closed (<&-) would be given to files that are opened here or by the virtual machine,
# which would then be read as standard input, or be written to.
{ true; } 3>&2 || exec 2>/dev/null
{ true; } 2>/dev/null 3<&0 || exec </dev/null
{ true; } 2>/dev/null 3>&1 || exec >/dev/null

say() {
    printf 'ws: %s\n' "$1" >&2
}

# Prints the file that $1 names, through symbolic links.
resolve() {
    file=$1
    while [ -L "$file" ]; do
        link=$(readlink "$file")
        case $link in
            /*) file=$link ;;
            *) file=$(dirname "$file")/$link ;;
        esac
    done
    printf '%s\n' "$file"
}

root=$(CDPATH='' cd -- "$(dirname "$(resolve "$0")")" && pwd -P)
target=$root/ws-samples/servers/target
jar=$target/ws-samples-servers.jar
stamp=$target/ws.stamp
lock=$target/ws.lock

# --- The JDK ----------------------------------------------------------------------------------------------------------

# Takes the JDK in directory $1, if there is one and it is new enough.
take() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    feature=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ "${feature:-0}" -ge 21 ] || return 1
    JAVA_HOME=$1
    export JAVA_HOME
}

# Prints the home of the java on PATH. Where that is a script or a stub and no part of a JDK, it is asked itself.
home_on_path() {
    java=$(command -v java) || return 0
    home=$(dirname "$(dirname "$(resolve "$java")")")
    [ -r "$home/release" ] || home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    printf '%s\n' "$home"
}

find_jdk() {
    take "${JAVA_HOME:-}" && return
    take "$(home_on_path)" && return
    for home in /usr/lib/jvm/*; do
        take "$home" && return
    done
    if [ -x /usr/libexec/java_home ]; then
        take "$(/usr/libexec/java_home -v 21+ 2>/dev/null)" && return
    fi
    for home in "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/*; do
        take "$home" && return
    done
    return 1
}

# --- The build --------------------------------------------------------------------------------------------------------

# Whether anything that the build reads is newer than the start of the last one. A file that was added, removed or renamed
# makes its directory newer.
is_stale() {
    [ -f "$stamp" ] && [ -f "$jar" ] && [ -d "$target/lib" ] || return 0
    set -- "$root/pom.xml" "$root/ws-samples/pom.xml"
    for module in "$root"/ws-core "$root"/ws-transport-* "$root"/ws-tls "$root"/ws-samples/servers; do
        set -- "$@" "$module/pom.xml" "$module/src/main"
    done
    [ -n "$(find "$@" -newer "$stamp" 2>/dev/null)" ]
}

# Removes before it builds: a program that still runs keeps its files, while overwritten ones would break it.
build() {
    is_stale || return 0
    say 'building…'
    command -v mvn >/dev/null || { say 'Maven is needed for the build, and there is no mvn on PATH.'; return 1; }
    rm -rf "$stamp" "$jar" "$target/lib"
    (cd "$root" && mvn -q -B -pl ws-samples/servers -am -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip \
        -Dformatter.skip -Denforcer.skip package) </dev/null >"$target/ws.log" 2>&1 && return
    cat "$target/ws.log" >&2
    say 'the build failed.'
    return 1
}

# Builds under a lock: the kernel's where there is flock, else a directory with the holder's process id.
build_alone() {
    mkdir -p "$target"
    if command -v flock >/dev/null; then
        (flock 9 && build 9>&-) 9>"$lock"
        return
    fi
    until mkdir "$lock.d" 2>/dev/null; do
        holder=$(cat "$lock.d/pid" 2>/dev/null) || holder=
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
            rm -rf "$lock.d"
        else
            sleep 1
        fi
    done
    trap 'rm -rf "$lock.d"' EXIT
    trap 'exit 1' HUP INT TERM
    echo $$ >"$lock.d/pid"
    build || return 1
    rm -rf "$lock.d"
    trap - EXIT HUP INT TERM
}

# ----------------------------------------------------------------------------------------------------------------------

find_jdk || {
    say 'Duplex needs a JDK of version 21 or newer, and none was found. Install one, or set JAVA_HOME to it.'
    exit 1
}
if is_stale; then
    build_alone || exit 1
fi
# JAVA_OPTS holds several options: it is split on purpose.
# shellcheck disable=SC2086
exec "$JAVA_HOME/bin/java" ${JAVA_OPTS:-} -p "$jar:$target/lib" \
    -m io.duplex.samples.servers/io.duplex.samples.servers.Ws "$@"
