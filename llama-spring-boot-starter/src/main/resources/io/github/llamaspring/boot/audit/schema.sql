CREATE TABLE IF NOT EXISTS llama_guard_audit (
	id UUID PRIMARY KEY,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	stage VARCHAR(20) NOT NULL,
	tenant VARCHAR(200),
	conversation VARCHAR(64),
	action VARCHAR(20) NOT NULL,
	band VARCHAR(20) NOT NULL,
	status VARCHAR(20) NOT NULL,
	category VARCHAR(200),
	rule VARCHAR(200),
	policy_id VARCHAR(200) NOT NULL,
	policy_version VARCHAR(100) NOT NULL,
	policy_hash VARCHAR(64) NOT NULL,
	findings TEXT NOT NULL,
	finding_count INTEGER NOT NULL,
	text_hash VARCHAR(64) NOT NULL,
	text_length INTEGER NOT NULL,
	lang VARCHAR(20) NOT NULL,
	nanos BIGINT NOT NULL,
	shadow BOOLEAN NOT NULL,
	cached BOOLEAN NOT NULL,
	streamed BOOLEAN NOT NULL,
	text_key_id VARCHAR(100),
	text_data TEXT
);

CREATE INDEX IF NOT EXISTS llama_guard_audit_created_at ON llama_guard_audit (created_at);

CREATE INDEX IF NOT EXISTS llama_guard_audit_text_hash ON llama_guard_audit (text_hash);

CREATE TABLE IF NOT EXISTS llama_guard_feedback (
	id UUID PRIMARY KEY,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	event_id UUID,
	lang VARCHAR(20) NOT NULL,
	stage VARCHAR(20) NOT NULL,
	action VARCHAR(20),
	categories TEXT NOT NULL,
	opinion VARCHAR(20) NOT NULL,
	label VARCHAR(20) NOT NULL,
	category VARCHAR(200) NOT NULL,
	reviewer VARCHAR(200),
	key_id VARCHAR(100),
	text_data TEXT NOT NULL,
	note TEXT
);

CREATE INDEX IF NOT EXISTS llama_guard_feedback_created_at ON llama_guard_feedback (created_at);
