package dev.lifecycle.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import org.junit.jupiter.api.Test;

/** What core's compiled module descriptor promises to those who require it. */
class ModuleDescriptorTest {
  private final ModuleDescriptor module = MainCode.module();

  @Test
  void theModuleIsNamedAfterTheLibrary() {
    assertThat(module.name()).isEqualTo("dev.lifecycle");
    assertThat(module.isOpen()).isFalse();
  }

  @Test
  void everythingButTheBaseModuleIsRequiredStatic() {
    assertThat(module.requires())
        .filteredOn(requires -> !requires.name().equals("java.base"))
        .as("an application that lacks an optional dependency still starts")
        .allSatisfy(requires -> assertThat(requires.modifiers()).contains(Requires.Modifier.STATIC));
  }

  @Test
  void internalIsNotExportedAndNothingIsExportedToAFewOnly() {
    assertThat(module.exports()).allSatisfy(exported -> {
      assertThat(exported.source()).doesNotStartWith("dev.lifecycle.internal");
      assertThat(exported.isQualified()).isFalse();
    });
  }

  @Test
  void nothingIsOpenedToReflection() {
    assertThat(module.opens()).isEmpty();
  }
}
