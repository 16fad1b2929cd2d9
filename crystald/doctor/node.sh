# What a doctor's job looks at. Before this come lines that set: directory workspace spool scratch
# name port; the arrays doorbell, programs and addresses; and the function site (the site's own lines).

say() { printf '%s\t%s\n' "$1" "${2//[$'\t\n']/ }" >>"$directory/.facts"; }

# A file that is whole or not there: written beside its place, renamed.
show() { mv -f -- "$directory/.$1" "$directory/$1"; }

now() { date +%s.%N; }

writable() {
  local error
  if error=$(mkdir -p -- "$2" 2>&1 && : 2>&1 >"$2/.$name" && rm -f -- "$2/.$name" 2>&1); then
    say "$1" yes
  else
    say "$1" "${error:-it cannot be written}"
  fi
}

clocks() {
  now >"$directory/.started"
  show started
  local until=$((SECONDS + 60)) written=""
  until { read -r written <"$directory/reply"; } 2>/dev/null || ((SECONDS >= until)); do
    ls "$directory" >/dev/null # a file server shows new names sooner when it is asked
    sleep 0.1
  done
  [ -n "$written" ] && say reply "$written $(now)"
}

claims() {
  local error
  error=$(LC_ALL=C ln -sT -- "$name" "$directory/claim" 2>&1) || { say claim "$error"; return; }
  ln -sT -- other "$directory/claim" 2>/dev/null && { say claim "a link was made twice"; return; }
  [ "$(readlink -- "$directory/claim")" = "$name" ] && say claim yes || say claim "it reads back wrong"
}

durable() {
  local error
  : >"$directory/durable"
  error=$(sync -- "$directory/durable" "$directory" 2>&1) && say sync yes || say sync "$error"
}

# A signal must reach the trap while the script waits for a program.
signals() {
  local caught="" signal child
  for signal in USR1 TERM; do
    trap "caught=$signal" "$signal"
    sleep 20 &
    child=$!
    (sleep 0.3; kill -s "$signal" "$$") &
    wait "$child"
    trap - "$signal"
    kill "$child" 2>/dev/null
    [ "$caught" = "$signal" ] && say "trap $signal" yes || say "trap $signal" "the trap was not run"
  done
  wait
}

ports() {
  local address
  for address in "${addresses[@]}"; do
    timeout 5 bash -c ': >"/dev/tcp/$0/$1"' "$address" "$port" 2>/dev/null &&
      say "port $address" yes || say "port $address" "no connection to port $port"
  done
}

ring() {
  local said
  said=$("${doorbell[@]}" --version 2>&1) &&
    say doorbell "$said" || say "no doorbell" "${said##*$'\n'}"
}

# In a shell of its own: the site's lines may do anything, even end it.
programs_of_the_site() {
  (
    site >"$directory/environment.log" 2>&1
    say environment "$?"
    writable scratch "$scratch"
    say "scratch is" "$scratch"
    for program in "${programs[@]}"; do
      say "program $program" "$(command -v -- "$program")"
    done
  )
  grep -q '^environment' "$directory/.facts" || say environment "ended the shell"
}

say host "${SLURMD_NODENAME:-$(uname -n)}"
say bash "$BASH_VERSION"
clocks
claims
durable
writable spool "$spool"
writable workspace "$workspace"
signals
ports
ring
say module "$(type -t module ml 2>/dev/null | head -n 1)"
programs_of_the_site
say end yes
show facts
