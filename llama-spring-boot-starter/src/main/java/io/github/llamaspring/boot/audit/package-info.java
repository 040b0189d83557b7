/**
 * Audit events and feedback in a database.
 */
@NullMarked
package io.github.llamaspring.boot.audit;

import org.jspecify.annotations.NullMarked;
