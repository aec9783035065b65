/** Error of requests that need a lab that is being served. */
export const NOT_SERVED = "nothing is being served; run npm start or npm run lab -- serve";
