/**
 * Generated conversations that share one process, and the property that none of them notices the others: the transcript of
 * each equals its transcript when it is played alone.
 */
package io.duplex.noninterference;
