package linuxkit.cli.syntax;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scripts that let shells ask the command itself what may come next. */
public final class CompletionScripts {
  /** The first argument of a request for candidates, before the words of the command line. */
  public static final String REQUEST = "__complete";

  private static final Map<String, String> SCRIPTS =
      Map.of(
          "bash",
          """
          # bash completion for linuxkit
          _linuxkit() {
            local line=${COMP_LINE:0:COMP_POINT} IFS=$' \\t\\n'
            local -a words
            read -ra words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            local current=${words[${#words[@]}-1]}
            # bash has cut the word at these characters, and completes what follows the last one.
            local cut=${current%"${current##*[:=]}"}
            IFS=$'\\n'
            COMPREPLY=($(linuxkit __complete "${words[@]:1}" 2>/dev/null | cut -f 1))
            COMPREPLY=("${COMPREPLY[@]#"$cut"}")
          }
          complete -o default -F _linuxkit linuxkit
          """,
          "zsh",
          """
          #compdef linuxkit
          # zsh completion for linuxkit
          _linuxkit() {
            local -a candidates
            candidates=("${(@f)$(linuxkit __complete "${(@)words[2,CURRENT]}" 2>/dev/null | cut -f 1)}")
            if [[ -n $candidates[1] ]]; then
              compadd -a candidates
            else
              _files
            fi
          }
          if [[ $funcstack[1] == _linuxkit ]]; then
            _linuxkit "$@"
          else
            compdef _linuxkit linuxkit
          fi
          """,
          "fish",
          """
          # fish completion for linuxkit
          function __linuxkit_complete
            set -l words (commandline -opc) (commandline -ct)
            linuxkit __complete $words[2..-1] 2>/dev/null
          end
          complete -c linuxkit -a '(__linuxkit_complete)'
          """,
          "powershell",
          """
          # PowerShell completion for linuxkit
          Register-ArgumentCompleter -Native -CommandName linuxkit -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
            if ($wordToComplete -eq '') {
              # Versions before 7.3 do not pass on an empty argument.
              $words += if ($PSVersionTable.PSVersion -ge [version]'7.3') { '' } else { '""' }
            }
            linuxkit __complete @words 2>$null | ForEach-Object {
              $name, $help = $_ -split "`t", 2
              if (-not $help) { $help = $name }
              [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $help)
            }
          }
          """);

  private CompletionScripts() {}

  /** Returns the script for a shell; empty if there is none. */
  public static Optional<String> of(String shell) {
    return Optional.ofNullable(SCRIPTS.get(shell));
  }

  /** Returns the names of the shells. */
  public static List<String> shells() {
    return List.of("bash", "zsh", "fish", "powershell");
  }
}
