# Sourced by ./build and ./roster: the one place that looks for a JDK.
# find_jdk sets JAVA_HOME and puts it first on PATH: the JAVA_HOME that is set if it is new enough, else the
# newest JDK it can find. It says what to install, and fails, if there is none.

jdk_needed=21

# The feature release ("21") of the JDK in directory $1, or nothing.
jdk_release() {
    [ -x "$1/bin/javac" ] || return 0
    if [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
    else
        "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
    fi
}

jdk_candidates() {
    on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) &&
        printf '%s\n' "${on_path%/bin/javac}"
    for home in /usr/lib/jvm/* /usr/local/*jdk* /usr/local/*java* /opt/*jdk* /opt/*java* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -d "$home" ] && printf '%s\n' "$home"
    done
    if [ -x /usr/libexec/java_home ]; then
        /usr/libexec/java_home -v "$jdk_needed+" 2>/dev/null || true
    fi
}

find_jdk() {
    found=${JAVA_HOME:+$(jdk_release "$JAVA_HOME")}
    if [ "${found:-0}" -lt "$jdk_needed" ]; then
        best=0
        while IFS= read -r home; do
            found=$(jdk_release "$home")
            if [ "${found:-0}" -gt "$best" ]; then
                best=$found
                JAVA_HOME=$home
            fi
        done <<EOF
$(jdk_candidates)
EOF
        if [ "$best" -lt "$jdk_needed" ]; then
            cat >&2 <<EOF
Roster needs JDK $jdk_needed or newer, and found none (newest: ${best#0}).
Looked at JAVA_HOME, the PATH, /usr/lib/jvm, /usr/local, /opt, ~/.sdkman and ~/.jdks.
Install one, for example:
  Debian, Ubuntu   apt-get install openjdk-$jdk_needed-jdk-headless   (or Temurin: adoptium.net)
  macOS            brew install openjdk
  anywhere         sdk install java                       (sdkman.io)
or set JAVA_HOME to the JDK's directory.
EOF
            return 1
        fi
    fi
    export JAVA_HOME
    PATH=$JAVA_HOME/bin:$PATH
    export PATH
}
