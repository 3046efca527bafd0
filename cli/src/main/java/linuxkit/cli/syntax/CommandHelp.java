package linuxkit.cli.syntax;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Help without the optional {@code =true} or {@code =false} of every boolean flag. */
public final class CommandHelp extends Help {
  public CommandHelp(CommandSpec spec, ColorScheme colours) {
    super(spec, colours);
  }

  @Override
  public IParamLabelRenderer parameterLabelRenderer() {
    IParamLabelRenderer usual = super.parameterLabelRenderer();
    return new IParamLabelRenderer() {
      @Override
      public Text renderParameterLabel(ArgSpec argument, Ansi ansi, List<IStyle> styles) {
        return argument.type() == boolean.class
            ? ansi.text("")
            : usual.renderParameterLabel(argument, ansi, styles);
      }

      @Override
      public String separator() {
        return usual.separator();
      }
    };
  }
}
