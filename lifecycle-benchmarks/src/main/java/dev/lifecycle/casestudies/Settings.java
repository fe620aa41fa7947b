package dev.lifecycle.casestudies;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param mode how long
 * @param only the numbers of the cases to run; empty for all
 * @param directory where the report goes
 */
public record Settings(Mode mode, Set<Integer> only, Path directory) {
  /** Reads {@code --long} from the arguments, and the rest from properties of the system. */
  public static Settings of(List<String> arguments, Function<String, @Nullable String> property) {
    Mode mode = Mode.of(orElse(property.apply("casestudies.mode"), "quick"));
    for (String argument : arguments) {
      if (!argument.equals("--long")) {
        throw new IllegalArgumentException("unknown argument: " + argument + "; there is only --long");
      }
      mode = Mode.LONG;
    }
    Set<Integer> only = Arrays.stream(orElse(property.apply("casestudies.only"), "").split(","))
        .map(String::strip)
        .filter(n -> !n.isEmpty())
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
    return new Settings(mode, only, Path.of(orElse(property.apply("casestudies.directory"), "target/case-studies")));
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null || value.isBlank() ? otherwise : value;
  }

  /** The cases to run. */
  public List<CaseStudy> choose(List<CaseStudy> all) {
    List<CaseStudy> chosen = all.stream().filter(c -> only.isEmpty() || only.contains(c.number())).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("no case has one of the numbers " + only);
    }
    return chosen;
  }

  /** The command that repeats this run from the root of the repository. */
  public String command() {
    String numbers = only.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
    return "mvn -q -B -Pcase-studies -pl lifecycle-benchmarks -am verify -DskipTests"
        + (mode == Mode.QUICK ? "" : " -Dcasestudies.mode=" + mode)
        + (only.isEmpty() ? "" : " -Dcasestudies.only=" + numbers);
  }
}
