package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.benchmarks.Trial;

/** Who takes part, and how the table names them. */
enum Contender {
  LIFECYCLE("lifecycle", "LifecycleSide", "lifecycle"),
  HIKARI_BAG("hikariBag", "HikariBagSide", "HikariCP 7.1.0 ConcurrentBag"),
  HIKARI_SOURCE("hikariSource", "HikariSourceSide", "HikariCP 7.1.0 DataSource over a stub"),
  STORMPOT("stormpot", "StormpotSide25", "Stormpot 4.1"),
  STORMPOT_ETERNAL("stormpotEternal", "EternalStormpotSide25", "Stormpot 4.1 without expiry: no stale-close safety"),
  STORMPOT_VIRTUAL("stormpotVirtual", "VirtualStormpotSide25", "Stormpot 4.1, its tap for virtual threads"),
  COMMONS("commonsPool", "CommonsPoolSide", "commons-pool2 2.13.1"),
  VIBUR("vibur", "ViburSide", "Vibur 26.0, fair"),
  VIBUR_LEASED("leasedVibur", "LeasedViburSide", "Vibur 26.0, fair, with a handle that closes once"),
  JETTY("jetty", "JettySide", "Jetty 12.1 ConcurrentPool"),
  QUEUE("queue", "QueueSide", "ArrayBlockingQueue");

  private static final String HERE = Contender.class.getPackageName() + '.';

  private final String key;
  private final String type;
  private final String label;

  Contender(String key, String type, String label) {
    this.key = key;
    this.type = type;
    this.label = label;
  }

  /** The contender whose key this is. */
  static Contender of(String key) {
    for (Contender contender : values()) {
      if (contender.key.equals(key)) {
        return contender;
      }
    }
    throw new IllegalArgumentException("no pool is called " + key);
  }

  /** Its part of the keys of figures, and the name of its benchmark method. */
  String key() {
    return key;
  }

  /** What the table calls it. */
  String label() {
    return label;
  }

  /** Whether it needs the source set for 25. */
  boolean isOf25() {
    return type.endsWith("25");
  }

  /** Whether this build has it. */
  boolean isPresent() {
    return Trial.isPresent(HERE + type);
  }

  /** Its pool, with all the objects. */
  Side<?> open(int objects) throws Exception {
    Side<?> side = (Side<?>) Class.forName(HERE + type).getDeclaredConstructor().newInstance();
    side.objects = objects;
    side.open();
    return side;
  }
}
