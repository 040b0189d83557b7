package io.github.llamaspring.examples.supportchat;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/**
 * A shop's support bot: the page at {@code /}, everything else under {@code /api} and
 * {@code /predict}.
 */
@SpringBootApplication
@EnableConfigurationProperties(SupportChatProperties.class)
public class SupportChatApplication {

	public static void main(String[] args) {
		SpringApplication.run(SupportChatApplication.class, args);
	}

}
