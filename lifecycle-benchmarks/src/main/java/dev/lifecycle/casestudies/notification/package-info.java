/** Case 8: a notification subsystem whose dependency fails. */
@NullMarked
package dev.lifecycle.casestudies.notification;

import org.jspecify.annotations.NullMarked;
