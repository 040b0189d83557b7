package io.github.llamaspring.core.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BenchPeerReplyTests {

	/** As llama-bench prints it, shortened to a part of its keys. */
	static final String LLAMA_BENCH = """
			[
			  {
			    "build_commit": "unknown", "cpu_info": "AMD EPYC", "model_filename": "m.gguf", "n_threads": 2,
			    "n_prompt": 16, "n_gen": 0, "n_depth": 0, "test_time": "2026-11-22T18:00:00Z",
			    "avg_ns": 1, "stddev_ns": 0, "avg_ts": 300.5, "stddev_ts": 1.5,
			    "samples_ns": [ 1, 1 ], "samples_ts": [ 299.0, 302.0 ]
			  },
			  { "n_threads": 2, "n_prompt": 0, "n_gen": 4, "n_depth": 8, "avg_ts": 20.0, "samples_ts": [ 20.0 ] },
			  { "n_threads": 2, "n_prompt": 16, "n_gen": 4, "n_depth": 0, "avg_ts": 99.0, "samples_ts": [ 99.0 ] }
			]
			""";

	@Test
	void readsLlamaBenchAndLeavesMixedTestsOut() {
		BenchPeerReply reply = BenchPeerReply.parse(LLAMA_BENCH);
		assertThat(reply.prefill()).singleElement().satisfies((test) -> {
			assertThat(test.tokens()).isEqualTo(16);
			assertThat(test.threads()).isEqualTo(2);
			assertThat(test.rates()).containsExactly(299, 302);
		});
		assertThat(reply.decode()).singleElement().satisfies((test) -> {
			assertThat(test.tokens()).isEqualTo(4);
			assertThat(test.depth()).isEqualTo(8);
			assertThat(test.is(4, 8)).isTrue();
			assertThat(test.is(4, 0)).isFalse();
		});
	}

	@Test
	void readsTheAverageWhereThereAreNoSamples() {
		assertThat(BenchPeerReply.parse("[{\"n_prompt\":0,\"n_gen\":4,\"avg_ts\":7.5}]").decode()).singleElement()
			.satisfies((test) -> assertThat(test.rates()).containsExactly(7.5));
	}

	@Test
	void readsOurOwnWithSamplesAndWithout() {
		BenchPeerReply reply = BenchPeerReply
			.parse("{\"prefill_tps\":2.0,\"decode_tps\":1.0,\"n_gen\":4,\"decode_samples\":[1,2],\"threads\":2}");
		assertThat(reply.prefill().getFirst().rates()).containsExactly(2);
		assertThat(reply.prefill().getFirst().is(77, 5)).as("unknown is anything").isTrue();
		assertThat(reply.decode().getFirst().rates()).containsExactly(1, 2);
		assertThat(reply.decode().getFirst().tokens()).isEqualTo(4);
		assertThat(BenchPeerReply.parse("{\"prefill_tps\":null,\"decode_tps\":1.0}").prefill()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hello", "[", "[]", "{}", "null", "3", "[1, null, \"a\", [[]]]",
			"[{\"n_prompt\":4,\"n_gen\":0}]", "[{\"n_prompt\":4,\"n_gen\":0,\"avg_ts\":\"fast\"}]",
			"[{\"n_prompt\":4,\"n_gen\":0,\"avg_ts\":0}]", "[{\"n_prompt\":4,\"n_gen\":0,\"samples_ts\":[1,-1]}]",
			"[{\"n_prompt\":4,\"n_gen\":0,\"samples_ts\":[1e999]}]", "{\"decode_tps\":[]}",
			"{\"decode_tps\":1} log line", "{\"decode_tps\":1,\"decode_samples\":[\"x\"]}",
			"[{\"n_prompt\":1e99,\"n_gen\":\"4\",\"avg_ts\":1}]" })
	void saysWhatIsNoResult(String output) {
		assertThatIllegalStateException().isThrownBy(() -> BenchPeerReply.parse(output))
			.withMessageContaining("the peer printed")
			.withMessageContaining("llama-bench");
	}

	@Test
	void showsOnlyTheBeginningOfALongAnswer() {
		assertThatIllegalStateException().isThrownBy(() -> BenchPeerReply.parse("x".repeat(100_000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(300));
	}

}
