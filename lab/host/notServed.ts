/** What is said where an order needs a lab that is served. */
export const NOT_SERVED = "nothing is being served; run npm start or npm run lab -- serve";
