/** Case 7: a connection per request, and a {@code javax.sql.DataSource} over an {@link dev.lifecycle.pool.ObjectPool} instead. */
@NullMarked
package dev.lifecycle.casestudies.connections;

import org.jspecify.annotations.NullMarked;
