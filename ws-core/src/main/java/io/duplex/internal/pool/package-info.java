/**
 * Pooled objects of connections, and the rule that no data passes through a pool from one connection to the
 * next. Internal.
 */
package io.duplex.internal.pool;
