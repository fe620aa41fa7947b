package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Catalogue;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaseSettingsTest {
  @Test
  void withoutAnythingAllCasesRunInQuickMode() {
    Settings settings = settings(Map.of());
    assertThat(settings.mode()).isEqualTo(Mode.QUICK);
    List<CaseStudy> all = Catalogue.all();
    assertThat(settings.choose(all)).isEqualTo(all);
    assertThat(settings.command()).endsWith("-DskipTests");
  }

  @Test
  void propertiesAndTheArgumentChooseTheModeAndTheCases() {
    Settings settings = settings(Map.of("casestudies.only", "9, 1"), "--long");
    assertThat(settings.mode()).isEqualTo(Mode.LONG);
    List<CaseStudy> all = Catalogue.all();
    assertThat(settings.choose(all)).extracting(CaseStudy::number).containsExactly(1, 9);
    assertThat(settings.command()).endsWith("-Dcasestudies.mode=long -Dcasestudies.only=1,9");
  }

  @Test
  void emptyPropertiesAreAsIfNotSet() {
    assertThat(settings(Map.of("casestudies.only", "", "casestudies.mode", "")).mode()).isEqualTo(Mode.QUICK);
  }

  @Test
  void whatIsUnknownIsRefused() {
    assertThatThrownBy(() -> settings(Map.of(), "--short")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings(Map.of("casestudies.mode", "soon"))).isInstanceOf(IllegalArgumentException.class);
    Settings none = settings(Map.of("casestudies.only", "77"));
    assertThatThrownBy(() -> none.choose(Catalogue.all())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("77");
  }

  @Test
  void everyCaseHasANumberOfItsOwn() {
    assertThat(Catalogue.all()).extracting(CaseStudy::number).doesNotHaveDuplicates().isSorted();
  }

  private static Settings settings(Map<String, String> properties, String... arguments) {
    return Settings.of(List.of(arguments), properties::get);
  }
}
