# Sourced by the scripts beside it: goes to the checkout and sets $python, the Python of its environment; with
# set_up=dev also the tools of tests and checks. Needs Python >= 3.11 with its venv module, nothing else.
called_from=$(pwd)
CDPATH='' cd -- "$(dirname -- "$0")/.." || exit 1
checkout=$(pwd)

# The system's own first: distributions build it for speed, one built by hand may take half as long again.
find_python() {
    for needs in 'import ensurepip, venv' ''; do
        for candidate in "${PYTHON:-}" /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
            [ -n "$candidate" ] || continue
            if "$candidate" -c "import sys; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1 &&
                "$candidate" -c "$needs" >/dev/null 2>&1; then
                echo "$candidate"
                return
            fi
        done
    done
    echo "CARPath needs Python 3.11 or newer: install the package python3 (and python3-venv)." >&2
    return 1
}

if [ -n "${CARPATH_VENV:-}" ]; then
    python=$CARPATH_VENV/bin/python
    [ -x "$python" ] || { echo "CARPATH_VENV names $CARPATH_VENV, where there is no bin/python." >&2; exit 1; }
else
    bare=$(find_python) || exit 1
    python=$("$bare" script/environment.py "${set_up:-runtime}") || exit 1
fi
PYTHONPATH=$checkout${PYTHONPATH:+:$PYTHONPATH}
export PYTHONPATH
