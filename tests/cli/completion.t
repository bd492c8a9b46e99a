  $ . "$TESTDIR/setup.sh"

bash completes commands, their commands, and options, global ones at every place.

  $ mtlsca completion bash > bash; . ./bash
  $ complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _mtlsca; printf '%s\n' "${COMPREPLY[@]}"; }
  $ complete -p mtlsca
  complete -o filenames -F _mtlsca mtlsca
  $ complete_words mtlsca i
  init
  issue
  $ complete_words mtlsca crl ''
  show
  check
  $ complete_words mtlsca audit v
  verify
  $ complete_words mtlsca issue --p
  --profile
  --p12
  --p12-pass
  $ complete_words mtlsca issue alice --ho
  --home
  $ complete_words mtlsca --home ca revoke --rea
  --reason
  $ touch request.csr; complete_words mtlsca sign requ
  request.csr
  $ complete_words mtlsca --home issue revoke --inv
  --invalidity-date

Every command is known to all three shells.

  $ mtlsca completion zsh > zsh; mtlsca completion fish > fish
  $ mtlsca --help | sed -n '/^Subcommands/,/^$/s/^  \([a-z]*\) .*/\1/p' > commands; wc -l < commands
  26
  $ for shell in bash zsh fish; do for command in $(cat commands); do grep -qw -- "$command" $shell || echo "$shell: $command"; done; done
  $ bash -n bash
  $ mtlsca completion tcsh
  mtlsca: error: completion: SHELL: tcsh not in {bash,zsh,fish}
  mtlsca: hint: mtlsca completion --help
  [2]
  $ mtlsca completion
  mtlsca: error: completion: SHELL is required
  mtlsca: hint: mtlsca completion --help
  [2]
