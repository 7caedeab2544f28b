import type { Response } from 'express';

/** 400 and 404 carry this shape (published for 400, assumed for 404). */
export function refuse(response: Response, httpStatusCode: 400 | 404, messageText: string): void {
  response.status(httpStatusCode).json({ isSuccess: false, httpStatusCode, messageText });
}

/** 401 has an empty body (published). */
export function refuseEmpty(response: Response): void {
  response.status(401).end();
}

/** 500 carries `{Code, Message}` (published). */
export function breakDown(response: Response, message: string): void {
  response.status(500).json({ Code: 'InternalServerError', Message: message });
}
