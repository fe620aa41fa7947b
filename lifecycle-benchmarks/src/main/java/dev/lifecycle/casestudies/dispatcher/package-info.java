/** Case 1: a job dispatcher that is redeployed under load. */
@NullMarked
package dev.lifecycle.casestudies.dispatcher;

import org.jspecify.annotations.NullMarked;
