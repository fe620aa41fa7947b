package dev.lifecycle.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits of the whole source tree that no compiler checks. */
class SourceTreeTest {
  private static final int MOST_LINES = 600;
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("^public [^(=;]*\\b(class|interface|enum|record)\\b", Pattern.MULTILINE);
  private static final Pattern END_OF_IMPORTS = Pattern.compile("^(package|import) .*;", Pattern.MULTILINE);

  private final Path root = root();

  @Test
  void noSourceFileIsLongerThanSixHundredLines() {
    assertThat(sources(""))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(text(file).lines().count()).as("lines of %s", file).isLessThanOrEqualTo(MOST_LINES));
  }

  @Test
  void everyPackageOfMainCodeSaysWhatItIsFor() {
    assertThat(sources("src/main/java"))
        .filteredOn(file -> !file.getFileName().toString().equals("module-info.java"))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(file.resolveSibling("package-info.java")).exists());
  }

  /** Doclint cannot ask for this alone: its group "missing" would also ask for a tag on every parameter. */
  @Test
  void everyPublicTypeOfTheInterfaceHasAComment() {
    assertThat(sources("src/main/java"))
        .filteredOn(file -> !file.startsWith(root.resolve("lifecycle-benchmarks")))
        .filteredOn(file -> !file.toString().contains("internal"))
        .allSatisfy(file -> assertThat(isCommented(text(file))).as("%s has a comment on its public type", file).isTrue());
  }

  private static boolean isCommented(String source) {
    Matcher type = PUBLIC_TYPE.matcher(source);
    if (!type.find()) {
      return true;
    }
    String before = source.substring(0, type.start());
    Matcher head = END_OF_IMPORTS.matcher(before);
    int start = head.results().mapToInt(result -> result.end()).max().orElse(0);
    return before.indexOf("/**", start) >= 0;
  }

  private List<Path> sources(String part) {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .filter(module -> module.getFileName().toString().startsWith("lifecycle-"))
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(SourceTreeTest::javaFiles)
          .filter(file -> file.toString().replace('\\', '/').contains('/' + part))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> javaFiles(Path directory) {
    // The list is made before the walk is closed.
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Maven runs the tests in the module's directory, an IDE perhaps in the root: both are in or below the directory of the change log. */
  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("CHANGELOG.md"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
