package io.duplex.samples.servers;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Source of a password. Passwords are never given on the command line, which all users of the machine can
 * read.
 */
sealed interface Secret {
    /**
     * Reads the password.
     *
     * @param option the option on the command line, for messages
     * @param what   the file or server that needs the password, for the prompt
     * @throws IOException if the password cannot be read
     */
    char[] read(String option, String what) throws IOException;

    /** The first line of a file. */
    record InFile(Path file) implements Secret {
        @Override
        public char[] read(String option, String what) throws IOException {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                return Optional.ofNullable(lines.readLine()).orElse("").toCharArray();
            } catch (NoSuchFileException e) {
                throw new IOException(option + ": there is no file " + file, e);
            } catch (MalformedInputException e) {
                throw new IOException(option + ": " + file + " is not in UTF-8", e);
            } catch (IOException e) {
                throw new IOException(option + ": " + file + " cannot be read", e);
            }
        }
    }

    /** An environment variable. */
    record InEnvironment(String name, Map<String, String> environment) implements Secret {
        @Override
        public char[] read(String option, String what) throws IOException {
            String value = environment.get(name);
            if (value == null) {
                throw new IOException(option + ": the environment has no variable " + name);
            }
            return value.toCharArray();
        }
    }

    /** A prompt at the terminal. */
    record Asked() implements Secret {
        @Override
        public char[] read(String option, String what) throws IOException {
            Console console = System.console();
            char[] answer = console == null ? null : console.readPassword("Password of %s: ", what);
            if (answer == null) {
                throw new IOException(option + " prompt: there is no terminal to ask at");
            }
            return answer;
        }
    }

    /** Parses {@code file:F}, {@code env:NAME} or {@code prompt}. */
    final class Converter implements ITypeConverter<Secret> {
        Converter() {}

        @Override
        public Secret convert(String text) {
            if (text.equals("prompt")) {
                return new Asked();
            }
            if (text.startsWith("file:")) {
                return new InFile(Path.of(text.substring("file:".length())));
            }
            if (text.startsWith("env:")) {
                return new InEnvironment(text.substring("env:".length()), System.getenv());
            }
            // The text may be the password, so it is not repeated.
            throw new TypeConversionException(
                    "write file:FILE, env:NAME or prompt; a password on the command line could be read by "
                            + "everybody");
        }
    }
}
