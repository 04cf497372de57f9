package io.duplex.samples.servers;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Output of {@code --version}: the version from the build, and the platform. */
final class Version implements IVersionProvider {
    Version() {}

    @Override
    public String[] getVersion() throws IOException {
        return new String[] { "ws " + number(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") };
    }

    /** Returns the version of the samples, which is also the library's. */
    static String number() throws IOException {
        Properties built = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            built.load(in);
        }
        return built.getProperty("version");
    }
}
