/**
 * The case studies: each runs the same load against code as it is usually found and against the same code with lifecycle, and prints what it
 * measured. Start at {@link dev.lifecycle.casestudies.CaseStudies}.
 */
@NullMarked
package dev.lifecycle.casestudies;

import org.jspecify.annotations.NullMarked;
