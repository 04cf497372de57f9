/**
 * What connections borrow: one pool, and the law that nothing passes through it from one connection to the
 * next. Internal.
 */
package io.duplex.internal.pool;
