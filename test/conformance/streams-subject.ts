export type StreamsSubject = Record<string, never>;
