/** First names of the people who take part in the demo. */
export const cast: readonly string[] = ['Ada', 'Ben', 'Cleo', 'Dev', 'Eve', 'Gus', 'Ria', 'Sam', 'Tess'];
