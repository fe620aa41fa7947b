package dev.lifecycle.module;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The arrows between core's packages, and what no class of core may do.
 *
 * <p>Some packages are empty today; a rule about them holds and starts to bite with their first class.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.lifecycle";
  private static final String INTERNAL = "dev.lifecycle.internal..";

  private final JavaClasses classes = MainCode.classes();

  @Test
  void internalNeverDependsOnTheViewsAndWritersAboveIt() {
    noClasses().that().resideInAPackage(INTERNAL)
        .should().dependOnClassesThat().resideInAnyPackage(
            "dev.lifecycle.diagnostics..", "dev.lifecycle.metrics..", "dev.lifecycle.junit..", "dev.lifecycle.concurrent..",
            "dev.lifecycle.flow..")
        .because("diagnostics and metrics read internal, never the other way round")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void theRootPackageKnowsOnlyInternalSpiAndContext() {
    noClasses().that().resideInAPackage(ROOT)
        .should().dependOnClassesThat().resideInAnyPackage(
            "dev.lifecycle.diagnostics..", "dev.lifecycle.metrics..", "dev.lifecycle.junit..", "dev.lifecycle.concurrent..",
            "dev.lifecycle.flow..")
        .because("what stands on scopes may come and go without them")
        .check(classes);
  }

  @Test
  void spiKnowsNothingOfTheRestOfTheLibrary() {
    noClasses().that().resideInAPackage("dev.lifecycle.spi..")
        .should().dependOnClassesThat(resideInAPackage("dev.lifecycle..")
            .and(JavaClass.Predicates.resideOutsideOfPackage("dev.lifecycle.spi..")))
        .because("pools, caches and third parties build on spi, so it must be the lowest stone")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void theOnlyCircleIsTheOneBetweenTheRootPackageAndInternal() {
    slices().assignedFrom(new FirstPackageBelowRoot())
        .should().beFreeOfCycles()
        // The static factories of the root package need internal, and internal implements the root's interfaces.
        .ignoreDependency(resideInAPackage(INTERNAL), resideInAPackage(ROOT))
        .check(classes);
  }

  @Test
  void noTypeOfAnOptionalDependencyIsKnownToTheRootPackage() {
    noClasses().that().resideInAPackage(ROOT)
        .should().dependOnClassesThat().resideInAnyPackage(
            "io.micrometer..", "org.junit..", "jdk.jfr..", "com.sun.net.httpserver..", "java.lang.management..", "javax.management..",
            "javax.cache..")
        .because("the root package must load where none of them is present")
        .check(classes);
  }

  @Test
  void onlyTheBridgeKnowsContextPropagation() {
    noClasses().that().resideOutsideOfPackage("dev.lifecycle.context.micrometer..")
        .should().dependOnClassesThat().resideInAPackage("io.micrometer.context..")
        .because("everything else must load without it")
        .check(classes);
  }

  @Test
  void noPackageIsADrawerForEverything() {
    noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..manager..")
        .because("one package is for one concern")
        .check(classes);
  }

  @Test
  void noClassIsNamedAfterNothing() {
    noClasses().should().haveNameMatching(".*(Utils?|Common|Helpers?|Manager)(\\$.*)?")
        .because("a name says what the class is for")
        .check(classes);
  }

  @Test
  void nothingUsesUnsafe() {
    noClasses().should().dependOnClassesThat().haveNameMatching(".*\\.misc\\.Unsafe")
        .because("the JDK warns about it at start-up and will remove it")
        .check(classes);
  }

  @Test
  void nothingStopsAThreadByForce() {
    noClasses().should().callMethod(Thread.class, "stop")
        .because("a task ends by cancellation, or is named as an orphan")
        .check(classes);
  }

  @Test
  void nothingHasAFinalizer() {
    noMethods().should().haveName("finalize")
        .because("cleanup belongs to the scope")
        .check(classes);
  }

  @Test
  void nothingWritesToTheStandardStreams() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS
        .because("a library logs through System.Logger")
        .check(classes);
  }

  /** The root package is a slice, and so is each package directly below it together with its own sub-packages. */
  private static final class FirstPackageBelowRoot implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      String name = javaClass.getPackageName();
      if (!name.equals(ROOT) && !name.startsWith(ROOT + '.')) {
        return SliceIdentifier.ignore();
      }
      return SliceIdentifier.of(String.join(".", Arrays.stream(name.split("\\.")).limit(3).toList()));
    }

    @Override
    public String getDescription() {
      return "core's packages";
    }
  }
}
