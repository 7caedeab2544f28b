/** A 4xx answer. Shapes of Procore's error bodies are only partly documented: `errors` as a list or by field [doc, 3p]. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const badRequest = (message: string): Refusal => new Refusal(400, { errors: [message] });
/** A field that must not be empty; 400 [oas], the shape of the body is [unk]. */
export const missing = (field: string): Refusal => new Refusal(400, { errors: { [field]: ["can't be blank"] } });
export const badToken = (): Refusal => new Refusal(401, { errors: ['The access token is invalid'] });
export const forbidden = (message = 'You do not have permission to perform this action.'): Refusal =>
  new Refusal(403, { errors: [message] });
export const notFound = (message = 'Not found'): Refusal => new Refusal(404, { errors: [message] });
export const conflict = (message: string): Refusal => new Refusal(409, { errors: [message] });
export const invalid = (field: string, ...messages: string[]): Refusal => new Refusal(422, { errors: { [field]: messages } });
export const notConnected = (): Refusal => new Refusal(403, { errors: ['App is not connected to this company.'] });
