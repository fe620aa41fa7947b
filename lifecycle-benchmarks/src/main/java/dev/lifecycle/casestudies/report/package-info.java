/** The report of a run: one HTML file without outside references. */
@NullMarked
package dev.lifecycle.casestudies.report;

import org.jspecify.annotations.NullMarked;
