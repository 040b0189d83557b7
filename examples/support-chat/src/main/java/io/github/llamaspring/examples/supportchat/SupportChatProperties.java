package io.github.llamaspring.examples.supportchat;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the example.
 *
 * @param shop name of the shop, as the page shows it
 * @param allowedHosts names under which the application may be called beside localhost; a
 * request for another host is refused, so that a foreign page cannot reach a local
 * application through its own domain name
 * @param chatLimit most characters of one question
 * @param predictLimit most characters of one text for {@code /predict}
 * @param summaryLimit most characters of one text to summarise
 * @param contextLimit most characters of the shop's texts that go into one prompt
 * @param maxConversations conversations remembered at once; beyond that the one that was
 * idle longest is forgotten
 * @param conversationIdle after how long without a question a conversation is forgotten
 */
@ConfigurationProperties("support-chat")
public record SupportChatProperties(@DefaultValue("Harbour & Hill") String shop,
		@DefaultValue List<String> allowedHosts, @DefaultValue("4000") int chatLimit,
		@DefaultValue("32000") int predictLimit, @DefaultValue("200000") int summaryLimit,
		@DefaultValue("1200") int contextLimit, @DefaultValue("1000") int maxConversations,
		@DefaultValue("1h") Duration conversationIdle) {
}
