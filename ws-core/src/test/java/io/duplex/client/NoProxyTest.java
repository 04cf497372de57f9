package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "''|example.com|false", "*|example.com|true", "*|::1|true",
        "example.com|example.com|true", "example.com|www.example.com|true",
        "example.com|badexample.com|false",
        ".example.com|example.com|true", ".example.com|www.example.com|true", "Example.COM|example.com|true",
        "example.com.|example.com|true", "example.com|example.com.|true", "com|example.com|true",
        "a.example, b.example|b.example|true", "a.example b.example|b.example|true", " ,, |example.com|false",
        "localhost,127.0.0.1|127.0.0.1|true", "127.0.0.1|127.0.0.10|false", "0.0.1|127.0.0.1|false",
        "10.0.0.0/8|10.255.0.1|true", "10.0.0.0/8|11.0.0.1|false", "10.0.0.0/8|10.example|false",
        "192.168.4.0/22|192.168.7.255|true", "192.168.4.0/22|192.168.8.0|false", "1.2.3.4/0|9.9.9.9|true",
        "1.2.3.4/33|1.2.3.4|false", "1.2.3.4/x|1.2.3.4|false", "::1|::1|true", "[::1]|::1|true",
        "2001:db8::/32|2001:db8:1::9|true", "2001:db8::/32|2001:db9::|false", "::/0|1.2.3.4|false" })
    void matchesAsCurlDoes(String value, String host, boolean direct) {
        assertEquals(direct, NoProxy.of(value).contains(host));
    }
}
