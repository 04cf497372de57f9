package io.duplex.noninterference;

import java.io.IOException;

/**
 * What applications throw here: without a stack trace, which would cost more than the rest of a
 * conversation.
 */
final class OnPurpose {
    private OnPurpose() {}

    static final class Unchecked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unchecked() {
            super("on purpose, unchecked", null, false, false);
        }
    }

    static final class Serious extends Error {
        private static final long serialVersionUID = 1L;

        Serious() {
            super("on purpose, an error", null, false, false);
        }
    }

    static final class Checked extends IOException {
        private static final long serialVersionUID = 1L;

        Checked() {
            super("on purpose, checked");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
